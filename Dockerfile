# ilgpugan in a container, on the folder that it is started in:
#   docker build -t ilgpugan .
#   docker run --rm -v "$PWD:/work" --user "$(id -u):$(id -g)" ilgpugan demo
# A page needs a port, and prints the token that it asks for: -p 127.0.0.1:5080:5080 … ilgpugan serve --runs runs --address 0.0.0.0

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH=amd64
WORKDIR /source
COPY . .
RUN dotnet publish tools/Cli/Cli.csproj --configuration Release --os linux --arch "$TARGETARCH" --self-contained false \
    -p:RunAnalyzers=false --output /program

# serve needs the runtime of ASP.NET Core, which this image has beside .NET's.
FROM mcr.microsoft.com/dotnet/aspnet:10.0
COPY --from=build /program /program
USER $APP_UID
WORKDIR /work
ENTRYPOINT ["/program/ilgpugan"]
