// The load: keep-alive TLS connections, each with one request at a time, written and read with as little work as there is, so
// that the server is what is measured. It prints what it counted as JSON.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"
)

type figures struct {
	PerSecond float64 `json:"perSecond"`
	P50Ms     float64 `json:"p50Ms"`
	P99Ms     float64 `json:"p99Ms"`
	Answers   int     `json:"answers"`
	Bad       int     `json:"bad"`
	// With those of the warm-up.
	Sent int `json:"sent"`
}

func main() {
	port := flag.Int("port", 0, "")
	ca := flag.String("ca", "", "file")
	path := flag.String("path", "", "")
	body := flag.String("body", "", "file")
	connections := flag.Int("connections", 8, "")
	warmUp := flag.Duration("warm-up", time.Second, "not counted")
	duration := flag.Duration("duration", 2*time.Second, "")
	flag.Parse()

	pem, err := os.ReadFile(*ca)
	check(err)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	payload, err := os.ReadFile(*body)
	check(err)
	head := fmt.Sprintf("POST %s?timeout=10s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", *path, len(payload))
	request := append([]byte(head), payload...)

	from := time.Now().Add(*warmUp)
	until := from.Add(*duration)
	perConnection := make([][]time.Duration, *connections)
	bad := make([]int, *connections)
	sent := make([]int, *connections)
	var wait sync.WaitGroup
	for i := range *connections {
		wait.Go(func() {
			connection, err := tls.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", *port), &tls.Config{RootCAs: pool, ServerName: "localhost"})
			check(err)
			defer connection.Close()
			reader := bufio.NewReaderSize(connection, 64*1024)
			for {
				began := time.Now()
				if began.After(until) {
					return
				}
				_, err := connection.Write(request)
				check(err)
				answer, err := http.ReadResponse(reader, nil)
				check(err)
				_, err = io.Copy(io.Discard, answer.Body)
				check(err)
				answer.Body.Close()
				sent[i]++
				if began.Before(from) {
					continue
				}
				if answer.StatusCode != http.StatusOK {
					bad[i]++
				}
				perConnection[i] = append(perConnection[i], time.Since(began))
			}
		})
	}
	wait.Wait()

	all := slices.Concat(perConnection...)
	slices.Sort(all)
	at := func(share float64) float64 {
		if len(all) == 0 {
			return 0
		}
		return float64(all[min(len(all)-1, int(float64(len(all))*share))].Microseconds()) / 1000
	}
	sum := func(counts []int) int {
		total := 0
		for _, one := range counts {
			total += one
		}
		return total
	}
	check(json.NewEncoder(os.Stdout).Encode(figures{
		PerSecond: float64(len(all)) / duration.Seconds(),
		P50Ms:     at(0.5),
		P99Ms:     at(0.99),
		Answers:   len(all),
		Bad:       sum(bad),
		Sent:      sum(sent),
	}))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
