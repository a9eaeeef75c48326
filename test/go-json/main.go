// Command go-json is the judge of src/kubernetes/go-json.ts: it decodes each text on stdin with the real encoding/json.
//
// In: {"type": "neg", "text": "<base64>"}, one after the other. Out, one line each: {"ok": true, "value": …, "unknown": false}.
// "unknown" says whether the text holds a key that no struct field takes. It is false where ok is.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

type request struct {
	Type string `json:"type"`
	Text []byte `json:"text"`
}

type response struct {
	OK      bool `json:"ok"`
	Value   any  `json:"value"`
	Unknown bool `json:"unknown"`
}

// The first four are what the GKE Ingress controller decodes its annotations into.

type neg struct {
	Ingress      bool `json:"ingress"`
	ExposedPorts map[int32]struct {
		Name string `json:"name"`
	} `json:"exposed_ports"`
	Zones []string `json:"zones"`
}

type appProtocols map[string]string

type backendConfig struct {
	Default string            `json:"default"`
	Ports   map[string]string `json:"ports"`
}

type thc struct {
	Enabled bool `json:"enabled"`
}

// Not the controller's: what its types leave out, which is structs in slices, deeper nesting, and names that differ by case.
type mixed struct {
	Items []struct {
		Name string   `json:"name"`
		On   bool     `json:"on"`
		Tags []string `json:"tags"`
	} `json:"items"`
	Maps map[string]map[string][]string `json:"maps"`
	Deep struct {
		Kiss  bool             `json:"kiss"`
		Ports map[int32][]bool `json:"ports"`
	} `json:"deep"`
	Lower bool `json:"same"`
	Title bool `json:"Same"`
}

var types = map[string]func() any{
	"neg":           func() any { return new(neg) },
	"appProtocols":  func() any { return new(appProtocols) },
	"backendConfig": func() any { return new(backendConfig) },
	"thc":           func() any { return new(thc) },
	"mixed":         func() any { return new(mixed) },
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	decoder, encoder := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var asked request
		if err := decoder.Decode(&asked); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		newValue, ok := types[asked.Type]
		if !ok {
			return fmt.Errorf("no such type: %q", asked.Type)
		}
		if err := encoder.Encode(decode(asked.Text, newValue)); err != nil {
			return err
		}
	}
}

func decode(text []byte, newValue func() any) response {
	value := newValue()
	if json.Unmarshal(text, value) != nil {
		return response{}
	}
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	return response{OK: true, Value: value, Unknown: strict.Decode(newValue()) != nil}
}
