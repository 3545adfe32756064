#!/usr/bin/env node
/** `datacrypt`: starts what build.mjs wrote. */
import './dist/datacrypt.js'
