const { rm } = require('node:fs/promises');
const { dest, src } = require('gulp');

/** What tsc leaves behind: icons and codex. Without `encoding: false` gulp 5 reads files as UTF-8 and breaks PNGs. */
function assets() {
	return src(['nodes/**/*.{svg,png,json}', 'credentials/**/*.svg'], { base: '.', encoding: false }).pipe(dest('dist'));
}

/** A source that is gone must not go on being published. */
const clean = () => rm('dist', { recursive: true, force: true });

exports.clean = clean;
exports.default = assets;
