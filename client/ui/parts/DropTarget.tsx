import { FilePlus, FolderPlus } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { FileTrigger } from 'react-aria-components/FileTrigger'
import type { PickedFile } from '#client/app/views.ts'
import { filesOfDrop, filesOfInput } from '../picked-files.ts'
import { Button } from './Button.tsx'
import { classes } from './classes.ts'

type Take = (files: readonly PickedFile[]) => void

/** The whole window takes drops; the number of things over it is told while they hang there, null otherwise. */
export function useWindowDrop(take: Take): number | null {
  const [over, setOver] = useState<number | null>(null)
  const depth = useRef(0)
  useEffect(() => {
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      depth.current += 1
      setOver(event.dataTransfer?.items.length ?? 0)
    }
    const stay = (event: DragEvent) => {
      if (carriesFiles(event)) event.preventDefault()
    }
    const leave = () => {
      depth.current = Math.max(0, depth.current - 1)
      if (depth.current === 0) setOver(null)
    }
    const drop = (event: DragEvent) => {
      depth.current = 0
      setOver(null)
      if (event.dataTransfer === null || !carriesFiles(event)) return
      event.preventDefault()
      void filesOfDrop(event.dataTransfer).then(take)
    }
    const listeners = { dragenter: enter, dragover: stay, dragleave: leave, drop } as const
    window.addEventListener('dragenter', enter)
    window.addEventListener('dragover', stay)
    window.addEventListener('dragleave', leave)
    window.addEventListener('drop', drop)
    return () => {
      for (const [name, listener] of Object.entries(listeners))
        window.removeEventListener(name, listener as EventListener)
    }
  }, [take])
  return over
}

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false
}

/** Lies over the page while something hangs over it. */
export function DropVeil({ count }: { readonly count: number }) {
  return (
    <div className="pointer-events-none fixed inset-2 z-50 grid place-items-center rounded-r3 border-2 border-dashed border-accent bg-accent-soft text-t4 font-heading text-accent-ink">
      {count === 0 ? 'Let go to add them' : count === 1 ? 'Let go to add it' : `Let go to add all ${count}`}
    </div>
  )
}

interface DropTargetProps {
  readonly onFiles: Take
  /** Some are there already. */
  readonly slim: boolean
}

/** Where files go; the two buttons always do the same. */
export function DropTarget({ onFiles, slim }: DropTargetProps) {
  return (
    <div
      className={classes(
        'grid justify-items-center gap-3 rounded-r3 border border-dashed border-edge bg-surface px-4 text-center text-ink-2',
        slim ? 'py-5' : 'py-8',
      )}
    >
      <p>
        <b className="font-strong text-ink">{slim ? 'Drop more files or a folder' : 'Drop files or a folder here'}</b>
      </p>
      <div className="flex flex-wrap justify-center gap-2">
        <PickButton label="Choose files" onFiles={onFiles} />
        <PickButton label="Choose a folder" onFiles={onFiles} folder />
      </div>
    </div>
  )
}

interface PickButtonProps {
  readonly label: string
  readonly onFiles: Take
  readonly folder?: boolean
}

function PickButton({ label, onFiles, folder = false }: PickButtonProps) {
  const Icon = folder ? FolderPlus : FilePlus
  const input = useRef<HTMLInputElement>(null)
  const take = (files: FileList | null) => {
    onFiles(filesOfInput(files))
    // The same file can be picked again after it was sent or taken off.
    if (input.current !== null) input.current.value = ''
  }
  return (
    <FileTrigger ref={input} allowsMultiple acceptDirectory={folder} onSelect={take}>
      <Button tight icon={<Icon size={16} strokeWidth={2} aria-hidden="true" />}>
        {label}
      </Button>
    </FileTrigger>
  )
}
