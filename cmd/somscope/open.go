package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"somscope/decoder/capfile"
)

// A sized is an open file whose size is known.
type sized struct {
	*os.File
	size int64
}

func (s sized) Size() int64 { return s.size }

// open makes a file that can be read at any place. What cannot, standard input
// and pipes, is copied to a temporary file. done closes and removes.
func open(file string, stdin io.Reader) (src capfile.Source, name string, done func(), err error) {
	if file == "-" {
		f, ok := stdin.(*os.File)
		if ok {
			if s, ok := regular(f); ok {
				return s, "standard input", func() {}, nil
			}
		}
		s, done, err := spool(stdin)
		return s, "standard input", done, err
	}
	f, err := os.Open(file)
	if err != nil {
		var p *fs.PathError
		if errors.As(err, &p) {
			err = fmt.Errorf("%s: %w", file, p.Err)
		}
		return nil, "", nil, err
	}
	if s, ok := regular(f); ok {
		return s, file, func() { f.Close() }, nil
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, "", nil, fmt.Errorf("%s: this is a folder", file)
	}
	s, done, err := spool(f)
	return s, file, done, err
}

// regular reports whether f can be read at any place, and how long it is.
// A file that is not at its start (a shell's redirection that was read from)
// is none we can use.
func regular(f *os.File) (sized, bool) {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return sized{}, false
	}
	if at, err := f.Seek(0, io.SeekCurrent); err != nil || at != 0 {
		return sized{}, false
	}
	return sized{f, info.Size()}, true
}

// spool copies r to a temporary file.
func spool(r io.Reader) (capfile.Source, func(), error) {
	f, err := os.CreateTemp("", "somscope-*")
	if err != nil {
		return nil, nil, err
	}
	done := func() {
		f.Close()
		os.Remove(f.Name())
	}
	n, err := io.Copy(f, r)
	if err != nil {
		done()
		return nil, nil, err
	}
	return sized{f, n}, done, nil
}
