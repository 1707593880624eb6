def app(environ, start): pass
