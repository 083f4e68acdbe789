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
    // Short names, as no other build refers to them.
    moduleIds: 'natural',
    mangleExports: 'size',
    splitChunks: {
      cacheGroups: {
        // Plotly and what it needs: all that is not of the lab or our own.
        drawing: {
          test: /[\\/]node_modules[\\/](?!(css|style)-loader)/,
          chunks: 'async',
          minSize: 0,
          name: 'drawing'
        },
        // What the other chunks share is loaded with the notebook's.
        shared: {
          test: /[\\/](lib|style)[\\/]/,
          chunks: 'async',
          minChunks: 2,
          minSize: 0,
          name: 'notebook'
        }
      }
    }
  }
};
