// Command stand-in-kubelet answers what kube-apiserver asks a kubelet for a port-forward, with the kubelet's own streaming code, and
// forwards to servers of the test on loopback. Before the container runtime it is all that a real node has there: it takes
// /portForward/NAMESPACE/POD over TLS, and dials. It prints the port that it listens on.
package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"k8s.io/cri-streaming/pkg/streaming/portforward"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: stand-in-kubelet PORTS.json, such as {\"shop/web-0:8080\": 40001}")
		os.Exit(2)
	}
	if err := serve(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(ports string) error {
	certificate, err := selfSigned()
	if err != nil {
		return err
	}
	listener, err := tls.Listen("tcp4", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{certificate}})
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	return http.Serve(listener, handler(ports))
}

func handler(ports string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/")
		if len(parts) != 3 || parts[0] != "portForward" {
			http.NotFound(w, r)
			return
		}
		options, err := portforward.NewV4Options(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		pod := parts[1] + "/" + parts[2]
		// The times of the kubelet (pkg/kubelet/kubelet.go, cri-streaming DefaultConfig).
		portforward.ServePortForward(w, r, forwarder{ports}, pod, "", options, 4*time.Hour, 30*time.Second, portforward.SupportedProtocols)
	}
}

// forwarder dials the port of the Pod on loopback, as a container runtime does in the network namespace of the Pod.
type forwarder struct{ ports string }

func (f forwarder) PortForward(_ context.Context, pod, _ string, port int32, stream io.ReadWriteCloser) error {
	defer stream.Close()
	target, err := f.targetOf(pod, port)
	if err != nil {
		return err
	}
	connection, err := net.Dial("tcp4", fmt.Sprintf("127.0.0.1:%d", target))
	if err != nil {
		// In the words of containerd (internal/cri/server/sandbox_portforward_linux.go).
		return fmt.Errorf("failed to execute portforward in network namespace %q: failed to connect to localhost:%d inside namespace %q, IPv4: %w", "test", port, pod, err)
	}
	defer connection.Close()
	ended := make(chan error, 2)
	go func() { _, err := io.Copy(stream, connection); ended <- err }()
	go func() { _, err := io.Copy(connection, stream); ended <- err }()
	// Whichever side ends, the other has nobody to talk to.
	<-ended
	return nil
}

// targetOf finds the port on loopback that stands for a port of the Pod; one that is not named stands for itself. Read anew each
// time, for tests make their servers as they go.
func (f forwarder) targetOf(pod string, port int32) (int, error) {
	text, err := os.ReadFile(f.ports)
	if err != nil {
		return 0, err
	}
	targets := map[string]int{}
	if err := json.Unmarshal(text, &targets); err != nil {
		return 0, err
	}
	if target, ok := targets[fmt.Sprintf("%s:%d", pod, port)]; ok {
		return target, nil
	}
	return int(port), nil
}

func selfSigned() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(24 * time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
