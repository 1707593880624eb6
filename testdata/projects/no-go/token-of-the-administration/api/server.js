require("fastify")().listen({port: process.env.PORT, host: "0.0.0.0"})
