using System.Security.Cryptography;
using IlgpuGan.Imaging.Png;

namespace IlgpuGan.Models.Evaluation.Study;

/// <summary>A picture of a study.</summary>
/// <param name="Name"><c>made-12</c>, <c>real-7</c>: the kind, and the number in data set order</param>
/// <param name="Made">whether it was generated</param>
/// <param name="Practice">whether it is for practice, with feedback</param>
/// <param name="Png">the picture as a PNG file</param>
internal sealed record StudyPicture(string Name, bool Made, bool Practice, byte[] Png);

/// <summary>
/// The papers' perceptual test (Isola et al. 2017, section 3.2): participants see a picture for one second and say whether it is real or
/// generated. The first ten, five of each kind, are for practice, with feedback.
/// </summary>
internal sealed record PerceptualStudy
{
    /// <summary>Practice pictures of each kind.</summary>
    public const int PracticeOfEach = 5;

    /// <summary>Default number of counted pictures of each kind.</summary>
    public const int UsualOfEach = 40;

    /// <summary>A separate random stream, independent of what else is drawn with the seed.</summary>
    private const uint Stream = 0x57D7;

    /// <summary>Hash of the pictures and their order, which ties answers to a study.</summary>
    public required string Id { get; init; }

    public required EvaluationSubject Subject { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>The pictures in display order, practice first.</summary>
    public required IReadOnlyList<StudyPicture> Pictures { get; init; }

    /// <summary>Display time of each picture.</summary>
    public TimeSpan Shown { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Draws pictures of both kinds, and their order.</summary>
    /// <param name="subject">the evaluated model and data</param>
    /// <param name="made">the generator's outputs</param>
    /// <param name="real">real pictures of the target domain</param>
    /// <param name="ofEach">counted pictures of each kind; null for forty, or as many as there are</param>
    /// <param name="seed">seed of the selection and the order</param>
    /// <exception cref="PictureException">there are too few pictures</exception>
    public static PerceptualStudy Of(
        EvaluationSubject subject, IReadOnlyList<Picture> made, IReadOnlyList<Picture> real, int? ofEach, ulong seed)
    {
        var fewest = Math.Min(made.Count, real.Count);
        var count = ofEach ?? Math.Min(UsualOfEach, Math.Max(1, fewest - PracticeOfEach));
        if (fewest < count + PracticeOfEach)
        {
            throw new PictureException(
                $"{subject.Data}: '{subject.Split}' has {Counted.Of(fewest, "picture")} of a kind; a study of {count} of each kind needs " +
                    $"{count + PracticeOfEach}, {PracticeOfEach} of them for practice");
        }

        var (ofMade, ofReal) = (Chosen(made.Count, seed, 0), Chosen(real.Count, seed, 1));
        List<StudyPicture> pictures = [.. Shuffled(0, PracticeOfEach, 2), .. Shuffled(PracticeOfEach, count, 3)];
        return new PerceptualStudy { Id = IdOf(pictures), Subject = subject, Seed = seed, Pictures = pictures };

        StudyPicture[] Shuffled(int first, int number, uint draw)
        {
            StudyPicture[] some =
            [
                .. ofMade[first..(first + number)].Select(i => new StudyPicture($"made-{i + 1}", true, first == 0, Png(made[i]))),
                .. ofReal[first..(first + number)].Select(i => new StudyPicture($"real-{i + 1}", false, first == 0, Png(real[i]))),
            ];
            new RandomSequence(new RandomKey(seed, Stream, draw, 0)).Shuffle(some.AsSpan());
            return some;
        }
    }

    private static int[] Chosen(int count, ulong seed, uint draw)
    {
        var order = Enumerable.Range(0, count).ToArray();
        new RandomSequence(new RandomKey(seed, Stream, draw, 0)).Shuffle(order.AsSpan());
        return order;
    }

    private static byte[] Png(Picture picture) => picture.Layers.Count == 1
        ? PngEncoder.Encode(picture.Layers[0].ToEightBits())
        : throw new PictureException($"pictures of {picture.Channels} channels can't be shown to people");

    private static string IdOf(IReadOnlyList<StudyPicture> pictures)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var picture in pictures)
        {
            hash.AppendData(SHA256.HashData(picture.Png));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset()[..8]);
    }
}
