/** True in the build that tests use alone: Argon2id may be small there. A release is never built with it. */
declare const __TEST_BUILD__: boolean
/** The version that `package.json` names. */
declare const __VERSION__: string
/** Origin of the API where it is not this page's own; empty otherwise. */
declare const __API_ORIGIN__: string
