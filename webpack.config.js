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

/** What the lab's builder does not do by itself. */
module.exports = {
  plugins: [ownStyles],
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
