resource "random_uuid" "key" {}

resource "aws_ssm_parameter" "env" {
  name = "/shop/${var.stage}/.env"
  type = "SecureString"
  value = templatefile("files/env", {
    name              = var.name
    secret_key        = random_uuid.key.result
    database_password = var.database.password
  })
}
