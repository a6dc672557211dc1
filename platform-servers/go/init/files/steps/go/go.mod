module steps

go 1.19

require mprun.internal/mprun v0.0.0

replace mprun.internal/mprun => "@SDKS@/go"
