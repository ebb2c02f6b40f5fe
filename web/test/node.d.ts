// The little of Node.js that the tests use.
declare module 'node:crypto' {
  export function createHash(name: string): { update(bytes: Uint8Array): { digest(form: 'hex'): string } }
}
