/** What the lab's builder does not do by itself. */
module.exports = {
  module: {
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
    splitChunks: {
      cacheGroups: {
        // What the notebook's and the panel's chunk share is loaded once.
        shared: {
          test: /[\\/](lib|style)[\\/]/,
          chunks: 'async',
          minChunks: 2,
          minSize: 0,
          name: 'shared'
        }
      }
    }
  }
};
