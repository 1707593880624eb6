require("dotenv").config({path: "configFiles/.env"}); const {app} = require("electron")
