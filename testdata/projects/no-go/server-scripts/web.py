print("lexmill")
