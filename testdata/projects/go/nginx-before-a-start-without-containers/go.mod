module board

go 1.26
