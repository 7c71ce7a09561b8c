/**
 * Loaded before a sidecar's own code (`node --import`): its clock runs `SHIFT_MS` ahead of the machine's, so that it
 * is always the same morning and no history runs over midnight.
 */
const shift = Number(process.env['SHIFT_MS']);
const now = Date.now;
Date.now = () => now() + shift;
