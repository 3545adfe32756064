import { keyList } from './keys.ts'
import { Button } from './parts/Button.tsx'
import { Dialog } from './parts/Dialog.tsx'

/** The list of keys. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog
      title="Keys of the keyboard"
      onClose={onClose}
      actions={
        <Button kind="main" onPress={onClose}>
          Close
        </Button>
      }
    >
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2 text-t2">
        {keyList.map(({ keys, does }) => (
          <div key={keys} className="contents">
            <dt className="font-control text-ink">{keys}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
