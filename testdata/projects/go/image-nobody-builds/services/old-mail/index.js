console.log("mail")
