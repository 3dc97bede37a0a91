# The release of scripts/release in an image; docs/operations.md, "Containers", says how to run it.
FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /build
COPY . .
RUN mvn -q -B -ntp -Prelease -pl gateway -am package -Dmaven.test.skip=true \
 && jar --extract --file "$(ls gateway/target/parley-*.zip)" \
 && mv parley-* /opt/parley \
 && chmod 755 /opt/parley/bin/*

# With glibc: the native libraries of the store need it.
FROM eclipse-temurin:25-jre-noble
RUN groupadd --system --gid 10001 parley \
 && useradd --system --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin parley \
 && install --directory --owner=parley --group=parley --mode=0700 /var/lib/parley
COPY --from=build /opt/parley /opt/parley
# The classes as the Java of this image loads them: a faster start.
RUN /opt/parley/bin/archive
ENV PARLEY_SERVER_HOST=0.0.0.0 \
    PARLEY_STORE_PATH=/var/lib/parley/data \
    JAVA_OPTS="-XX:MaxRAMPercentage=50 -XX:+ExitOnOutOfMemoryError"
USER 10001:10001
WORKDIR /var/lib/parley
VOLUME /var/lib/parley
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --retries=3 CMD ["/opt/parley/bin/check"]
# The launcher becomes Java: SIGTERM reaches the gateway.
ENTRYPOINT ["/opt/parley/bin/parley"]
