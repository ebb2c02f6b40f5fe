import { placeOf, type Place } from './place'

// Where in the page one is.

export class Router {
  place = $state.raw<Place>(placeOf(location.hash))

  constructor() {
    window.addEventListener('hashchange', () => {
      this.place = placeOf(location.hash)
      window.scrollTo(0, 0)
    })
  }

  go(path: string): void {
    location.hash = path
  }
}

export const router = new Router()

export function jobLink(id: string): string {
  return `#/jobs/${encodeURIComponent(id)}`
}

export function nodeLink(name: string): string {
  return `#/nodes/${encodeURIComponent(name)}`
}
