import { ChevronDown, ChevronRight, File, FileText, Folder, X } from 'lucide-react'
import { type ReactNode, useMemo, useState } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { format } from '../format.ts'
import { Button } from './Button.tsx'
import { Checkbox } from './choices.tsx'
import { classes } from './classes.ts'
import { fileKind } from './file-kind.ts'
import { type FileRow, type FolderRow, type TreeFile, type TreeRow, treeRows } from './file-tree.ts'
import { useWindow } from './use-window.ts'

interface FileListProps {
  readonly files: readonly TreeFile[]
  /** With boxes: which files are chosen. */
  readonly choice?: { readonly chosen: ReadonlySet<number>; readonly choose: (chosen: ReadonlySet<number>) => void }
  /** With a cross: takes files off. */
  readonly onRemove?: (indexes: readonly number[]) => void
  /** The second line of a file; its kind where there is nothing to say. */
  readonly second?: (index: number) => string | undefined
}

/** More rows than this are drawn only where they are seen. */
const drawnAtOnce = 200
const rowHeight = 56

/** Files with their folders folded. */
export function FileList(props: FileListProps) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const rows = useMemo(() => treeRows(props.files, open), [props.files, open])
  const fold = (path: string) => {
    const next = new Set(open)
    if (!next.delete(path)) next.add(path)
    setOpen(next)
  }
  const draw = (row: TreeRow, fixed: boolean) => (
    <Row row={row} list={props} onFold={fold} fixed={fixed} key={keyOf(row)} />
  )
  if (rows.length > drawnAtOnce) return <WindowedRows rows={rows} draw={row => draw(row, true)} />
  return <ul className="divide-y divide-line">{rows.map(row => draw(row, false))}</ul>
}

function keyOf(row: TreeRow): string {
  return row.kind === 'folder' ? row.path : `#${row.index}`
}

function WindowedRows({
  rows,
  draw,
}: {
  readonly rows: readonly TreeRow[]
  readonly draw: (row: TreeRow) => ReactNode
}) {
  const { ref, first, last, onScroll } = useWindow({ count: rows.length, rowHeight })
  return (
    <section
      ref={ref}
      onScroll={onScroll}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard
      tabIndex={0}
      aria-label="Files"
      className="max-h-[60vh] overflow-auto"
    >
      <ul className="divide-y divide-line">
        <li aria-hidden="true" style={{ blockSize: first * rowHeight }} />
        {rows.slice(first, last).map(draw)}
        <li aria-hidden="true" style={{ blockSize: (rows.length - last) * rowHeight }} />
      </ul>
    </section>
  )
}

interface RowProps {
  readonly row: TreeRow
  readonly list: FileListProps
  readonly onFold: (path: string) => void
  readonly fixed: boolean
}

function Row({ row, list, onFold, fixed }: RowProps) {
  const indexes = row.kind === 'folder' ? row.files : [row.index]
  const name = row.kind === 'folder' ? `${row.name}/` : row.name
  return (
    <li
      className={classes('flex items-center gap-3 px-4', fixed ? 'overflow-hidden' : 'min-h-13 py-1')}
      style={{ paddingInlineStart: `${1 + row.depth * 1.5}rem`, ...(fixed ? { blockSize: rowHeight } : {}) }}
    >
      <Lead row={row} indexes={indexes} name={name} list={list} />
      <Names row={row} list={list} onFold={onFold} fixed={fixed} />
      <bdi className="flex-none text-t2 whitespace-nowrap text-ink-2 tabular-nums">{format.size(row.size)}</bdi>
      {list.onRemove === undefined ? null : (
        <Button
          kind="plain"
          square
          tight
          className="-me-2"
          label={`Remove ${name}`}
          onPress={() => list.onRemove?.(indexes)}
          icon={<X size={20} strokeWidth={1.75} aria-hidden="true" />}
        />
      )}
    </li>
  )
}

interface LeadProps {
  readonly row: TreeRow
  readonly indexes: readonly number[]
  readonly name: string
  readonly list: FileListProps
}

function Lead({ row, indexes, name, list }: LeadProps) {
  if (list.choice === undefined) return <KindIcon row={row} />
  const { chosen, choose } = list.choice
  const count = indexes.filter(index => chosen.has(index)).length
  const set = (on: boolean) => {
    const next = new Set(chosen)
    for (const index of indexes) on ? next.add(index) : next.delete(index)
    choose(next)
  }
  return (
    <Checkbox quiet checked={count === indexes.length} mixed={count > 0} onChange={set}>
      Choose {name}
    </Checkbox>
  )
}

function KindIcon({ row }: { readonly row: TreeRow }) {
  const kind = row.kind === 'file' ? fileKind(row.name) : ''
  const Icon = row.kind === 'folder' ? Folder : /document|text/i.test(kind) ? FileText : File
  return <Icon size={20} strokeWidth={1.75} aria-hidden="true" className="flex-none text-ink-3" />
}

interface NamesProps {
  readonly row: TreeRow
  readonly list: FileListProps
  readonly onFold: (path: string) => void
  readonly fixed: boolean
}

function Names({ row, list, onFold, fixed }: NamesProps) {
  const cut = fixed ? 'block truncate' : 'block wrap-anywhere'
  if (row.kind === 'folder') return <FolderName row={row} onFold={onFold} cut={cut} />
  return (
    <span className="min-w-0 flex-1">
      <bdi className={cut} {...(fixed ? { title: row.name } : {})}>
        {row.name}
      </bdi>
      <span className={classes('text-t2 text-ink-3', cut)}>{secondOf(row, list)}</span>
    </span>
  )
}

function secondOf(row: FileRow, list: FileListProps): string {
  return list.second?.(row.index) ?? fileKind(row.name)
}

function FolderName({
  row,
  onFold,
  cut,
}: {
  readonly row: FolderRow
  readonly onFold: (path: string) => void
  readonly cut: string
}) {
  const Icon = row.open ? ChevronDown : ChevronRight
  return (
    <AriaButton
      aria-expanded={row.open}
      onPress={() => onFold(row.path)}
      className="flex min-h-(--control) min-w-0 flex-1 items-center gap-2 rounded-r2 text-start"
    >
      <span className="min-w-0 flex-1">
        <bdi className={cut}>{row.name}/</bdi>
        <span className={classes('text-t2 text-ink-3', cut)}>
          {format.files(row.files.length)}
          {row.folders === 0 ? '' : ` in ${format.count(row.folders + 1)} folders`}
        </span>
      </span>
      <Icon
        size={16}
        strokeWidth={2}
        aria-hidden="true"
        className={classes('flex-none text-ink-3', !row.open && 'turns')}
      />
    </AriaButton>
  )
}
