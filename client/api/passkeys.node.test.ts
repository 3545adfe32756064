import { expect, test } from 'vitest'
import { passkeyAssertion, passkeyAttestation } from '#shared/contract/factors.ts'
import { assertionOf, attestationOf } from './passkeys.ts'

const planted = 'PRFPRFPRFPRFPRFPRFPRFPRFPRFPRFPRFPRFPRFPRFP'
const clientExtensionResults = { prf: { enabled: true, results: { first: planted } } } as object
const common = { id: 'Y3JlZA', rawId: 'Y3JlZA', type: 'public-key' as const, clientExtensionResults }

test('what a passkey shows to the server has no extension results: PRF outputs are keys (Web Authentication §10.1.4)', () => {
  const response = { clientDataJSON: 'e30', authenticatorData: 'AAAA', signature: 'MEQ' }
  const shown = assertionOf({ ...common, response: { ...response, userHandle: 'dXNlcg' } })
  expect(passkeyAssertion.parse(shown)).toEqual(shown)
  expect(JSON.stringify(shown)).not.toContain(planted)
  expect(Object.keys(shown)).toEqual(['id', 'response'])
  expect(assertionOf({ ...common, response })).toEqual({ id: 'Y3JlZA', response })
})

test('neither has a new one', () => {
  const made = attestationOf({
    ...common,
    response: { clientDataJSON: 'e30', attestationObject: 'o2M', transports: ['internal'] },
  })
  expect(passkeyAttestation.parse(made)).toEqual(made)
  expect(JSON.stringify(made)).not.toContain(planted)
})
