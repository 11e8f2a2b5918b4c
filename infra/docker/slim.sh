#!/bin/sh
# Take out of an image what no function uses, and whatever the machine that builds it has added to reach its packages.
#   slim.sh system     the system under every function
#   slim.sh browser    what Chromium's packages bring along; it draws without a GPU, in software
set -eu

remove() { rm -rf -- "$@"; }

libraries=$(echo /usr/lib/*-linux-gnu*)

case "$1" in
    system)
        # Private authorities, proxies and package sources of the machine that builds the image.
        remove /etc/build-machine /etc/pip.conf /usr/local/share/ca-certificates /etc/apt
        update-ca-certificates --fresh >/dev/null
        # The image is read-only: nothing is installed in it. dpkg's status stays, for whoever scans it for known faults.
        remove /usr/bin/apt* /usr/lib/apt /usr/share/perl* /usr/lib/*-linux-gnu*/perl* /usr/bin/perl* \
            "$libraries"/libapt* /var/lib/apt /var/cache/* /var/log/* /var/lib/dpkg/*-old /var/lib/dpkg/info /var/lib/dpkg/lock* /var/lib/dpkg/triggers
        remove /usr/share/bash-completion /usr/share/zsh /usr/share/info /usr/share/man /usr/share/locale \
            /usr/share/bug /usr/share/lintian /usr/share/pixmaps /usr/share/common-licenses/*.gz
        remove /usr/lib/python3*/ensurepip /usr/lib/python3*/idlelib /usr/lib/python3*/pydoc_data /usr/lib/python3*/test
        # Nobody logs in, and whatever Lambda's own user cannot read has no place here.
        remove /etc/*shadow* /etc/.pwd.lock /etc/security/opasswd
        find / -xdev -perm /6000 -type f -exec chmod ug-s {} +
        ;;
    browser)
        # Mesa, its compiler and Vulkan: 240 MB that drive a GPU or WebGL, which the crawler's pages do not get.
        remove "$libraries"/libLLVM* "$libraries"/libgallium* "$libraries"/libz3.so* "$libraries"/libvulkan* \
            "$libraries"/libGL* "$libraries"/libEGL* "$libraries"/dri "$libraries"/gbm /usr/share/vulkan /usr/share/drirc.d
        remove /usr/lib/chromium/libvulkan* /usr/lib/chromium/libVk* /usr/lib/chromium/libvk_swiftshader* \
            /usr/lib/chromium/vk_swiftshader_icd.json /usr/lib/chromium/*.TOC
        # No desktop, no keyboard: X's own tables and the crash reporter, which is switched off.
        remove /usr/share/X11 /usr/lib/chromium/chrome_crashpad_handler /usr/share/icons /usr/share/fonts/truetype/dejavu
        remove /usr/share/fonts/truetype/nanum/*Eco* /usr/share/fonts/truetype/nanum/*Pen* \
            /usr/share/fonts/truetype/nanum/*Brush*
        # Debian's start script would stay behind as the browser's parent.
        ln -sf /usr/lib/chromium/chromium-headless-shell /usr/bin/chromium-headless-shell
        ;;
esac
