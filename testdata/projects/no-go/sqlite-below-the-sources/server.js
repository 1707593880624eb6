require("http").createServer((_, answer) => answer.end("guild")).listen(3000, "0.0.0.0");
