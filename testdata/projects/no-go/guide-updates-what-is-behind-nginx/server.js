require("http").createServer((_, answer) => answer.end("shop")).listen(8080, "0.0.0.0");
