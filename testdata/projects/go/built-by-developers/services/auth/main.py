print("auth")
