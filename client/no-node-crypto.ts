/** Stands in for Node's crypto module in the browser, where Web Crypto is always there. */
export const webcrypto = globalThis.crypto
