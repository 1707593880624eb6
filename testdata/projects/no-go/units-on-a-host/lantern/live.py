async def app(scope, receive, send):
    await send({"type": "websocket.accept"})
