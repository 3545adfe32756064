/** The part of selenium-webdriver that is used here; it ships without types. */
declare module 'selenium-webdriver' {
  export interface WebElement {
    click(): Promise<void>
    sendKeys(...keys: string[]): Promise<void>
  }

  export interface WebDriver {
    get(url: string): Promise<void>
    navigate(): { refresh(): Promise<void> }
    executeScript<T>(script: (...args: never[]) => unknown, ...args: unknown[]): Promise<T>
    switchTo(): { activeElement(): Promise<WebElement> }
    manage(): {
      window(): { setRect(rect: { width: number; height: number }): Promise<unknown> }
      setTimeouts(timeouts: { script?: number; pageLoad?: number }): Promise<void>
    }
    takeScreenshot(): Promise<string>
    quit(): Promise<void>
  }

  export class Builder {
    usingServer(url: string): this
    withCapabilities(capabilities: Record<string, unknown>): this
    build(): Promise<WebDriver>
  }

  export const Key: { readonly ENTER: string }
}
