namespace IlgpuGan.Models.Data.Clips;

/// <summary>A track of a clip beside its pictures.</summary>
/// <param name="Index">the stream's index in the file</param>
/// <param name="Kind"><c>audio</c>, <c>subtitle</c>, <c>attachment</c>, <c>data</c>, <c>video</c> or <c>cover</c></param>
/// <param name="Codec">ffmpeg's name of the codec, or the file's if ffmpeg does not know it</param>
/// <param name="IsKnown">whether ffmpeg knows the codec</param>
internal readonly record struct ClipTrack(int Index, string Kind, string Codec, bool IsKnown);

/// <summary>
/// What becomes of a clip's sound, subtitles and other tracks: each is copied if the new format holds it, encoded anew if ffmpeg can, and
/// otherwise left out. Remarks name what is not copied.
/// </summary>
internal sealed class ClipTracks
{
    /// <summary>Codecs of subtitles that are texts, from which ffmpeg makes others.</summary>
    private static readonly string[] s_texts =
        ["subrip", "srt", "ass", "ssa", "webvtt", "mov_text", "text", "microdvd", "sami", "realtext", "subviewer", "mpl2", "stl", "ttml"];

    private readonly List<Kept> _kept = [];
    private readonly string _extension;

    /// <param name="ffmpeg">the programs</param>
    /// <param name="source">the clip</param>
    /// <param name="output">path of the film</param>
    /// <param name="format">its format</param>
    /// <exception cref="PictureException">ffmpeg can't be started</exception>
    public ClipTracks(Ffmpeg ffmpeg, ClipInfo source, string output, ClipFormat format)
    {
        _extension = Path.GetExtension(output);
        var decoded = new Lazy<string[]>(() => ffmpeg.Decoded(output));
        var encoders = new Lazy<string[]>(() => ffmpeg.Encoders(output));
        foreach (var track in source.Tracks)
        {
            switch (track.Kind)
            {
                case "audio":
                    Take(track, "a", "sound", format.KeptSound, format.Sound, () =>
                        decoded.Value.Contains(track.Codec) && encoders.Value.Contains(format.Sound));
                    break;
                case "subtitle":
                    Take(track, "s", "subtitle", format.KeptTexts, format.Texts, () => s_texts.Contains(track.Codec));
                    break;
                case "attachment" when format.Muxer == "matroska":
                    _kept.Add(new Kept(track, "t", "attachment", "copy"));
                    break;
                case "cover":
                    Remarks.Add("its cover picture is left out");
                    break;
                case "video":
                    Remarks.Add($"only the first of its tracks of pictures is translated, and track {track.Index} is left out");
                    break;
                default:
                    Remarks.Add($"its {track.Kind} track {track.Index} ({track.Codec}) is left out");
                    break;
            }
        }
    }

    /// <summary>Whether the film has sound.</summary>
    public bool HasSound => _kept.Exists(kept => kept.Letter == "a");

    /// <summary>What is encoded anew or left out.</summary>
    public List<string> Remarks { get; } = [];

    /// <summary>ffmpeg's arguments for the tracks, titles and chapters of its second input.</summary>
    public IReadOnlyList<string> Arguments => ArgumentsFor(_kept);

    /// <summary>
    /// Leaves out the tracks that can't be taken over, such as those whose packets are damaged, and returns a remark on each.
    /// </summary>
    /// <param name="failure">tries arguments; returns the reason of a failure, or null</param>
    public IEnumerable<string> WithoutFailing(Func<IReadOnlyList<string>, string?> failure)
    {
        foreach (var kept in _kept.ToList())
        {
            if (failure(ArgumentsFor([kept])) is { } reason)
            {
                _kept.Remove(kept);
                yield return $"{kept.Name} track {kept.Track.Index} ({kept.Track.Codec}) is left out: ffmpeg can't take it over: {reason}";
            }
        }
    }

    /// <summary>The same for certain tracks.</summary>
    public static IReadOnlyList<string> ArgumentsFor(IReadOnlyList<Kept> tracks) =>
    [
        .. tracks.SelectMany((kept, i) => (string[])[
            "-map", $"1:{kept.Track.Index}", $"-c:{kept.Letter}:{tracks.Take(i).Count(k => k.Letter == kept.Letter)}", kept.Codec]),
        "-map_metadata", "1", "-map_chapters", "1",
    ];

    private void Take(ClipTrack track, string letter, string name, string[] kept, string encoder, Func<bool> canEncode)
    {
        var isKept = kept.Contains(track.Codec);
        if (!isKept && !(track.IsKnown && canEncode()))
        {
            Remarks.Add($"{name} track {track.Index} ({track.Codec}) is left out: " + (track.IsKnown
                ? $"{_extension} does not hold it, and this ffmpeg can't encode it anew"
                : "this ffmpeg does not know it"));
            return;
        }

        if (!isKept)
        {
            Remarks.Add($"{name} track {track.Index} ({track.Codec}) is encoded anew as {encoder}, since {_extension} does not hold it");
        }

        _kept.Add(new Kept(track, letter, name, isKept ? "copy" : encoder));
    }

    /// <summary>A track of the film.</summary>
    /// <param name="Track">the track in the clip</param>
    /// <param name="Letter">its kind in ffmpeg's options</param>
    /// <param name="Name">its kind in remarks</param>
    /// <param name="Codec">ffmpeg's encoder, or <c>copy</c></param>
    internal readonly record struct Kept(ClipTrack Track, string Letter, string Name, string Codec);
}
