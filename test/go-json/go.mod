module gke-ingress-guard.dev/test/go-json

go 1.24
