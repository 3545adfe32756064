/** The least that a streamed download can be: ranges one after another, one ahead, out through a response. */
const range = 8 * 1024 * 1024

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()))
self.addEventListener('fetch', event => {
  const url = new URL(event.request.url)
  if (url.pathname === '/bare/save') event.respondWith(save(Number(url.searchParams.get('bytes'))))
})

function save(bytes) {
  const headers = {
    'content-type': 'application/octet-stream',
    'content-disposition': 'attachment; filename="bare.bin"',
    'content-length': String(bytes),
  }
  return new Response(streamOf(bytes), { headers })
}

function streamOf(bytes) {
  const ask = at =>
    at < bytes ? fetch('/bare/blob', { headers: { range: `bytes=${at}-${Math.min(at + range, bytes) - 1}` } }) : null
  let at = 0
  let next = ask(0)
  let reader = null
  return new ReadableStream(
    {
      async pull(controller) {
        for (;;) {
          if (reader === null) {
            if (next === null) return controller.close()
            reader = (await next).body.getReader()
            at += range
            next = ask(at)
          }
          const { value, done } = await reader.read()
          if (!done) return controller.enqueue(value)
          reader = null
        }
      },
    },
    { highWaterMark: 8 },
  )
}
