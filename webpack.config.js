/**
 * Lets rspack itself put style sheets on the page, in the place of the two
 * loaders of the lab's builder, which weigh ten times as much in each browser.
 */
const ownStyles = {
  apply({ options }) {
    const { rules } = options.module;
    const loaders = rules.findIndex(({ use }) => use?.includes('style-loader'));
    rules.splice(loaders, 1, { test: /\.css$/, type: 'css/auto' });
  }
};

/** A private member of a class of ours; `_n` and `_p` are a translator's. */
const PRIVATE = /\b_(?!\w*__rspack)[a-z]{2}\w*/g;

/** Where a module gets React, and where it makes an element with it. */
const REACT = /var (\w*react\w*) = __webpack_require__\(\d+\);/g;
const ELEMENT = /(\w*react\w*)\.createElement\(/g;

/** Plotly, which takes names with `_` apart. */
const FOREIGN = /^(drawing|plotly)\b/;

/** The short name of each private member, the most frequent one's the shortest. */
function shortNames(texts) {
  const times = new Map();
  for (const [member] of texts.flatMap(text => [...text.matchAll(PRIVATE)])) {
    times.set(member, (times.get(member) ?? 0) + 1);
  }
  const sorted = [...times].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return new Map(
    sorted.map(([member], index) => [member, `_${index.toString(36)}`])
  );
}

/** Calls what makes elements by a local name, which the minifier makes a letter. */
function withLocalElements(text) {
  const known = new Set();
  return text
    .replace(REACT, (got, react) => {
      known.add(react);
      return `${got} var ${react}_element = ${react}.createElement;`;
    })
    .replace(ELEMENT, (made, react) =>
      known.has(react) ? `${react}_element(` : made
    );
}

/**
 * Shortens the names that a minifier leaves alone: of members, which it cannot
 * know to be private, the same in all chunks; and of what makes an element.
 */
const shortened = {
  apply(compiler) {
    const { Compilation, sources } = compiler.rspack;
    const stage = Compilation.PROCESS_ASSETS_STAGE_OPTIMIZE;
    const name = 'shortened';
    compiler.hooks.thisCompilation.tap(name, compilation => {
      if (compiler.options.mode !== 'production' || compiler.options.devtool) {
        return;
      }
      compilation.hooks.processAssets.tap({ name, stage }, assets => {
        const own = Object.keys(assets).filter(
          file => /\.js\b/.test(file) && !FOREIGN.test(file)
        );
        const texts = own.map(file => assets[file].source().toString());
        const short = shortNames(texts);
        own.forEach((file, index) => {
          const text = withLocalElements(texts[index]).replace(
            PRIVATE,
            member => short.get(member)
          );
          compilation.updateAsset(file, new sources.RawSource(text));
        });
      });
    });
  }
};

/** What the lab's builder does not do by itself. */
module.exports = {
  plugins: [ownStyles, shortened],
  output: {
    // The lab's builder names a chunk by its content twice.
    chunkFilename: '[name].js?v=[contenthash:8]',
    // Each chunk begins with this name.
    chunkLoadingGlobal: 'leakhunter'
  },
  module: {
    parser: { 'css/auto': { exportType: 'style' } },
    rules: [
      {
        // Style sheets without what only people read.
        test: /\.css$/,
        exclude: /node_modules/,
        enforce: 'pre',
        loader: 'builtin:lightningcss-loader',
        options: { minify: true }
      }
    ]
  },
  optimization: {
    // Once more than by default, which is where it ends; what collapsed variables
    // save before gzip they cost after it.
    minimizer: [
      compiler =>
        new compiler.rspack.SwcJsMinimizerRspackPlugin({
          minimizerOptions: { compress: { passes: 3, collapse_vars: false } }
        }).apply(compiler)
    ],
    // Short names, as no other build refers to them.
    moduleIds: 'natural',
    chunkIds: 'natural',
    mangleExports: 'size',
    splitChunks: {
      cacheGroups: {
        // Plotly and what it needs: all that is not of the lab or our own.
        drawing: {
          test: /[\\/]node_modules[\\/]/,
          chunks: 'async',
          minSize: 0,
          priority: 1,
          name: 'drawing'
        },
        // What the other chunks share is loaded with the notebook's.
        shared: {
          chunks: 'async',
          minChunks: 2,
          minSize: 0,
          name: 'notebook'
        }
      }
    }
  }
};
