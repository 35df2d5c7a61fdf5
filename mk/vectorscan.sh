#!/usr/bin/env bash
# vectorscan.sh DIR: puts Debian's Vectorscan into DIR (lib and include; pkg-config's file in DIR/lib/pkgconfig), beside an
# installed Hyperscan, with which its packages conflict. Nothing is installed. Does nothing where DIR has it; says in one
# line why it cannot be had (status 1).
set -u
dir=$1
[ -e "$dir/lib/pkgconfig/libhs.pc" ] && exit 0
for command in apt-get dpkg; do
    command -v "$command" >/dev/null || { echo "$command is missing; VECTORSCAN=PREFIX names your own"; exit 1; }
done
mkdir -p "$dir/packages" || { echo "$dir cannot be made"; exit 1; }
if ! (cd "$dir/packages" && apt-get download libvectorscan-dev libvectorscan5) >"$dir/log" 2>&1; then
    echo "apt-get download libvectorscan-dev libvectorscan5: $(grep '^E:' "$dir/log" | head -n 1)"
    exit 1
fi
for package in "$dir"/packages/*.deb; do
    dpkg -x "$package" "$dir/root" || { echo "dpkg cannot unpack $package"; exit 1; }
done
found=$(find "$dir/root/usr/lib" -name libhs.pc | head -n 1)
[ -n "$found" ] || { echo "the packages hold no libhs.pc"; exit 1; }
lib=${found%/pkgconfig/libhs.pc}
mkdir -p "$dir/lib/pkgconfig" && cp -P "$lib"/libhs* "$dir/lib/" && cp -r "$dir/root/usr/include" "$dir/" &&
    sed -e "s|^prefix=.*|prefix=$(cd "$dir" && pwd)|" -e 's|^libdir=.*|libdir=${prefix}/lib|' \
        -e 's|^includedir=.*|includedir=${prefix}/include|' "$found" >"$dir/libhs.pc" &&
    mv "$dir/libhs.pc" "$dir/lib/pkgconfig/libhs.pc" && rm -rf "$dir/root" "$dir/packages" "$dir/log"
