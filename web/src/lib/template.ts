// What an Open Job Description template says of its parameters, as a form.

export interface Parameter {
  name: string
  type: 'STRING' | 'INT' | 'FLOAT' | 'PATH'
  description?: string
  default?: string
  allowedValues?: string[]
  minValue?: number
  maxValue?: number
  minLength?: number
  maxLength?: number
  objectType?: string
  dataFlow?: string
  userInterface?: { control?: string; label?: string; groupLabel?: string; singleStepDelta?: number }
}

/** The control that the template asks for, else the usual one for the type. */
export function controlOf(one: Parameter): string {
  const asked = one.userInterface?.control
  if (asked === 'CHECK_BOX' && one.allowedValues && one.allowedValues.length !== 2) return 'DROPDOWN_LIST'
  if (asked) return asked
  if (one.allowedValues) return 'DROPDOWN_LIST'
  if (one.type === 'INT' || one.type === 'FLOAT') return 'SPIN_BOX'
  if (one.type === 'PATH') return one.objectType === 'FILE' ? 'CHOOSE_INPUT_FILE' : 'CHOOSE_DIRECTORY'
  return 'LINE_EDIT'
}

export function valuesOf(parameters: Parameter[]): Record<string, string> {
  return Object.fromEntries(parameters.map((one) => [one.name, String(one.default ?? one.allowedValues?.[0] ?? '')]))
}

/** In the template's order, each group where its first parameter stands; what is hidden keeps its default. */
export function groups(parameters: Parameter[]): { label: string; parameters: Parameter[] }[] {
  const all: { label: string; parameters: Parameter[] }[] = []
  for (const one of parameters) {
    if (controlOf(one) === 'HIDDEN') continue
    const label = one.userInterface?.groupLabel ?? ''
    const group = all.find((known) => known.label === label)
    if (group) group.parameters.push(one)
    else all.push({ label, parameters: [one] })
  }
  return all
}
