// What the farm was used for, as rows and as a file for a spreadsheet.

export interface UsageRow {
  day?: string
  person?: string
  project?: string
  node?: string
  slotHours: number
  tasks: number
  failures: number
}

export type Column = 'day' | 'person' | 'project' | 'node'

/** The same as `blenderer usage --csv` prints. */
export function csv(rows: UsageRow[], by: Column[]): string {
  const lines = [`${by.join(',')},slot_hours,tasks,failures`]
  for (const row of rows) lines.push([...by.map((column) => quoted(row[column] ?? '')), row.slotHours.toFixed(4), row.tasks, row.failures].join(','))
  return `${lines.join('\n')}\n`
}

/** A cell that begins like a formula would be one for a spreadsheet. */
function quoted(text: string): string {
  const safe = /^[=+@\t-]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
