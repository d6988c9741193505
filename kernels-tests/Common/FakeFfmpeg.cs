using IlgpuGan.Models.Data.Clips;

namespace IlgpuGan.TestsCommon;

/// <summary>
/// Scripts that replace ffmpeg and ffprobe and use the same pipes. A clip is a file of raw frames, with a second file that holds ffprobe's
/// output.
/// </summary>
internal sealed class FakeFfmpeg : IDisposable
{
    private const string Copy = "exec cat \"$in\"";
    private const string Keep = "exec cat > \"$out\"";

    /// <param name="read">Shell code that writes the frames of <c>$in</c> to standard output.</param>
    /// <param name="write">Shell code that writes standard input to <c>$out</c>.</param>
    /// <param name="join">Shell code that runs before parts are joined.</param>
    /// <param name="folder">where all this lies; null for a new one</param>
    public FakeFfmpeg(string read = Copy, string write = Keep, string join = ":", string? folder = null)
    {
        Folder = folder ?? Directory.CreateTempSubdirectory("ilgpugan-clip-").FullName;
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("the fake ffmpeg is a shell script");
            return;
        }

        SystemProgram.Require("/bin/sh", "cat", "head", "sleep");
        AddScript("ffprobe", "for last; do :; done\nexec cat \"${last#file:}.json\"");
        AddScript("ffmpeg", $$"""
            printf '%s\n' "$*" >> '{{PathOf("calls")}}'
            for out; do :; done
            case "$out" in
                -codecs) printf ' DEA.L. vorbis x\n DEA.L. aac x\n'; exit 0 ;;
                -encoders) printf ' A..... aac x\n A..... libopus x\n'; exit 0 ;;
                -filters) exit 0 ;;
            esac
            case "$*" in
                *" -f concat "*)
                    {{join}}
                    while [ "$1" != -i ]; do shift; done
                    list="${2#file:}"
                    sed -n "/^file/{s/^file '\(.*\)'$/\1/; s/'\\\\''/'/g; p; }" "$list" | while read -r part; do
                        case "$part" in
                            file:*) cat "${part#file:}" ;;
                            *) cat "${list%/*}/$part" ;;
                        esac
                    done > "${out#file:}"
                    exit 0 ;;
            esac
            if [ "$out" = pipe:1 ]; then
                while [ "$1" != -i ]; do shift; done
                in="${2#file:}"
                {{read}}
            else
                out="${out#file:}"
                {{write}}
            fi
            """);
    }

    public string Folder { get; }

    public Ffmpeg Ffmpeg => new(PathOf("ffmpeg"), PathOf("ffprobe"));

    /// <summary>The arguments of each call, one line per call.</summary>
    public string[] Calls => File.ReadAllLines(PathOf("calls"));

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Adds a clip of noise, without sound or with sound of the given codec.</summary>
    public string Add(string name, int width, int height, int frames, string? sound = null)
    {
        var bytes = new byte[3 * width * height * frames];
        new Random(width + height + frames).NextBytes(bytes);
        File.WriteAllBytes(PathOf(name), bytes);
        File.WriteAllText(PathOf(name) + ".json", Answer(width, height, frames, sound));
        return PathOf(name);
    }

    /// <summary>One frame of a file of raw frames.</summary>
    public static Picture FrameOf(string file, int index, int width, int height)
    {
        var size = 3 * width * height;
        return new Picture(new Image(width, height, 3, File.ReadAllBytes(file)[(index * size)..((index + 1) * size)]));
    }

    public static byte[] BytesOf(Picture picture) => picture.Layers[0].Bytes;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string Answer(int width, int height, int frames, string? sound)
    {
        var seconds = (frames / 10.0).ToString(CultureInfo.InvariantCulture);
        var audio = sound is null ? "" : $$""", { "index": 1, "codec_type": "audio", "codec_name": "{{sound}}" }""";
        return $$"""
            { "streams": [ { "index": 0, "codec_type": "video", "width": {{width}}, "height": {{height}}, "avg_frame_rate": "10/1",
              "r_frame_rate": "10/1", "nb_frames": "{{frames}}" }{{audio}} ], "format": { "duration": "{{seconds}}" } }
            """;
    }

    private void AddScript(string name, string lines)
    {
        File.WriteAllText(PathOf(name), "#!/bin/sh\n" + lines.ReplaceLineEndings("\n") + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(PathOf(name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
