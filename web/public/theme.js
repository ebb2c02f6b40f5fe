// Before the first paint: light or dark as this person chose, else as the device has it. The style sheet knows no more.
(() => {
  const light = matchMedia('(prefers-color-scheme: light)')
  const chosen = () => {
    const theme = localStorage.getItem('theme')
    return theme === 'dark' || theme === 'light' ? theme : undefined
  }
  const show = () => {
    document.documentElement.dataset.theme = chosen() ?? (light.matches ? 'light' : 'dark')
  }
  light.addEventListener('change', show)
  show()
})()
