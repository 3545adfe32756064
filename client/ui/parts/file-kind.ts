/** What a file is, in two words, by its ending. It says nothing about what is inside. */

const kinds: Readonly<Record<string, string>> = {
  pdf: 'PDF document',
  txt: 'Text',
  md: 'Text',
  csv: 'Table',
  xlsx: 'Table',
  ods: 'Table',
  doc: 'Document',
  docx: 'Document',
  odt: 'Document',
  pptx: 'Slides',
  odp: 'Slides',
  jpg: 'Picture',
  jpeg: 'Picture',
  png: 'Picture',
  heic: 'Picture',
  webp: 'Picture',
  tif: 'Picture',
  tiff: 'Picture',
  svg: 'Drawing',
  dwg: 'Drawing',
  dxf: 'Drawing',
  wav: 'Sound',
  mp3: 'Sound',
  flac: 'Sound',
  m4a: 'Sound',
  mp4: 'Film',
  mov: 'Film',
  mkv: 'Film',
  webm: 'Film',
  zip: 'Archive',
  gz: 'Archive',
  '7z': 'Archive',
  tar: 'Archive',
}

/** "PDF document" for `a.pdf`; the ending itself where it is not known, "File" without one. */
export function fileKind(name: string): string {
  const dot = name.lastIndexOf('.')
  if (dot <= 0 || dot === name.length - 1) return 'File'
  const ending = name.slice(dot + 1)
  return kinds[ending.toLowerCase()] ?? (ending.length <= 5 ? `${ending.toUpperCase()} file` : 'File')
}
