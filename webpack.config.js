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

/** A private member of a class of ours; two letters are a translator's `_n`. */
const PRIVATE = /\b_[a-z]{2}\w*/g;

/** Plotly, which takes such names apart. */
const FOREIGN = /^(drawing|plotly)\b/;

/**
 * Gives the private members of all classes short names, the same in all
 * chunks, the most frequent the shortest; the minifier leaves members alone.
 */
const shortPrivates = {
  apply(compiler) {
    const { Compilation, sources } = compiler.rspack;
    const stage = Compilation.PROCESS_ASSETS_STAGE_OPTIMIZE;
    const name = 'short private members';
    compiler.hooks.thisCompilation.tap(name, compilation => {
      if (compiler.options.mode !== 'production' || compiler.options.devtool) {
        return;
      }
      compilation.hooks.processAssets.tap({ name, stage }, assets => {
        const texts = Object.entries(assets)
          .filter(([file]) => /\.js\b/.test(file) && !FOREIGN.test(file))
          .map(([file, asset]) => [file, asset.source().toString()]);
        const times = new Map();
        for (const [, text] of texts) {
          for (const [member] of text.matchAll(PRIVATE)) {
            times.set(member, (times.get(member) ?? 0) + 1);
          }
        }
        const short = new Map(
          [...times]
            .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
            .map(([member], index) => [member, `_${index.toString(36)}`])
        );
        for (const [file, text] of texts) {
          const renamed = text.replace(PRIVATE, member => short.get(member));
          compilation.updateAsset(file, new sources.RawSource(renamed));
        }
      });
    });
  }
};

/** What the lab's builder does not do by itself. */
module.exports = {
  plugins: [ownStyles, shortPrivates],
  // The lab's builder names a chunk by its content twice.
  output: { chunkFilename: '[name].js?v=[contenthash:8]' },
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
    // Once more than by default, which is where it ends.
    minimizer: [
      compiler =>
        new compiler.rspack.SwcJsMinimizerRspackPlugin({
          minimizerOptions: { compress: { passes: 3 } }
        }).apply(compiler)
    ],
    // Short names, as no other build refers to them.
    moduleIds: 'natural',
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
