// The place in the page is in the address behind "#", which the server never sees.

export interface Place {
  page: 'jobs' | 'job' | 'submit' | 'nodes' | 'node' | 'farm' | 'welcome'
  id: string
  query: URLSearchParams
}

export function placeOf(hash: string): Place {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?')
  const parts = path.split('/').map((part) => {
    try {
      return decodeURIComponent(part)
    } catch {
      return part
    }
  })
  const query = new URLSearchParams(search)
  const [first = '', second = ''] = parts
  if (first === 'jobs' && second) return { page: 'job', id: second, query }
  if (first === 'nodes' && second) return { page: 'node', id: second, query }
  if (first === 'nodes' || first === 'farm' || first === 'submit' || first === 'welcome') return { page: first, id: '', query }
  return { page: 'jobs', id: '', query }
}
