/** Version of this installation of bake. */

import manifest from '../../package.json' with { type: 'json' };

export const VERSION: string = manifest.version;
