module moorland/shop

go 1.23
