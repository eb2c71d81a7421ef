package serve

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

func TestHandler(t *testing.T) {
	dir := t.TempDir()
	outside := filepath.Join(filepath.Dir(dir), "secret.txt")
	if err := os.WriteFile(outside, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"index.html":                "page",
		"index.html.gz":             "gzipped page",
		"index.html.br":             "brotli page",
		"engine.0123abcd.wasm":      "code",
		"engine.0123abcd.wasm.gz":   "gzipped code",
		"boot.0123abcd.js":          "script",
		"sub/index.html":            "inner",
		"sub/deep/a.0123abcd.pcap":  "packets",
		"sub/deep/plain.unknownext": "what",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(outside, filepath.Join(dir, "link.txt")); err != nil {
		t.Fatal(err)
	}
	const immutable = "public, max-age=31536000, immutable"
	for _, c := range []struct {
		name, method, path, accept   string
		code                         int
		body, typ, encoding, caching string
	}{
		{"the page", "GET", "/", "", 200, "page", "text/html; charset=utf-8", "", "no-cache"},
		{"brotli before gzip", "GET", "/", "gzip, deflate, br", 200, "brotli page", "text/html; charset=utf-8", "br", "no-cache"},
		{"brotli refused", "GET", "/", "br;q=0, gzip;q=0.5", 200, "gzipped page", "text/html; charset=utf-8", "gzip", "no-cache"},
		{"nothing accepted", "GET", "/", "br; q=0,gzip; q=0.0", 200, "page", "text/html; charset=utf-8", "", "no-cache"},
		{"webassembly", "GET", "/engine.0123abcd.wasm", "br, gzip", 200, "gzipped code", "application/wasm", "gzip", immutable},
		{"script", "GET", "/boot.0123abcd.js", "br", 200, "script", "text/javascript; charset=utf-8", "", immutable},
		{"head", "HEAD", "/boot.0123abcd.js", "", 200, "", "text/javascript; charset=utf-8", "", immutable},
		{"a folder's page", "GET", "/sub/", "", 200, "inner", "text/html; charset=utf-8", "", "no-cache"},
		{"capture", "GET", "/sub/deep/a.0123abcd.pcap", "", 200, "packets", "application/vnd.tcpdump.pcap", "", immutable},
		{"unknown kind", "GET", "/sub/deep/plain.unknownext", "", 200, "what", "application/octet-stream", "", "no-cache"},
		{"a folder is not listed", "GET", "/sub/deep/", "", 404, "", "", "", ""},
		{"nor opened as a file", "GET", "/sub/deep", "", 404, "", "", "", ""},
		{"missing", "GET", "/none.js", "", 404, "", "", "", ""},
		{"above the folder", "GET", "/../secret.txt", "", 404, "", "", "", ""},
		{"above by a link", "GET", "/link.txt", "", 404, "", "", "", ""},
		{"post", "POST", "/", "", 405, "", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(c.method, "http://host/", nil)
			r.URL.Path = c.path
			if c.accept != "" {
				r.Header.Set("Accept-Encoding", c.accept)
			}
			w := httptest.NewRecorder()
			Handler(dir).ServeHTTP(w, r)
			if w.Code != c.code {
				t.Fatalf("status %d, want %d", w.Code, c.code)
			}
			if c.code != http.StatusOK {
				return
			}
			got := w.Header()
			if w.Body.String() != c.body || got.Get("Content-Type") != c.typ || got.Get("Content-Encoding") != c.encoding || got.Get("Cache-Control") != c.caching {
				t.Errorf("got %q, %q, %q, %q\nwant %q, %q, %q, %q", w.Body, got.Get("Content-Type"), got.Get("Content-Encoding"), got.Get("Cache-Control"),
					c.body, c.typ, c.encoding, c.caching)
			}
			if got.Get("X-Content-Type-Options") != "nosniff" {
				t.Error("the browser may guess the type")
			}
		})
	}
}

// A page that has not changed is not sent again, and one that has is.
func TestNotModified(t *testing.T) {
	dir := t.TempDir()
	page := filepath.Join(dir, "index.html")
	if err := os.WriteFile(page, []byte("one"), 0o644); err != nil {
		t.Fatal(err)
	}
	get := func(tag string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("If-None-Match", tag)
		w := httptest.NewRecorder()
		Handler(dir).ServeHTTP(w, r)
		return w
	}
	tag := get("").Header().Get("ETag")
	if w := get(tag); w.Code != http.StatusNotModified {
		t.Errorf("unchanged page: status %d, want 304", w.Code)
	}
	if err := os.WriteFile(page, []byte("two"), 0o644); err != nil {
		t.Fatal(err)
	}
	if w := get(tag); w.Code != http.StatusOK || w.Body.String() != "two" {
		t.Errorf("changed page: status %d, body %q", w.Code, w.Body)
	}
}

func TestListenTakesTheNextPort(t *testing.T) {
	a, err := Listen("127.0.0.1:0", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := Listen("", a.Addr().(*net.TCPAddr).Port)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if b.Addr().String() == a.Addr().String() {
		t.Error("one port was given twice")
	}
	if _, err := Listen(a.Addr().String(), 0); err == nil {
		t.Error("an address that is taken was given again")
	}
}
