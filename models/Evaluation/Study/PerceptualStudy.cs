using System.Security.Cryptography;
using IlgpuGan.Imaging.Png;
using IlgpuGan.Models.Data;
using IlgpuGan.Tensors;

namespace IlgpuGan.Models.Evaluation.Study;

/// <summary>A picture that a person is shown.</summary>
/// <param name="Name">
/// <c>made-12</c>, <c>real-7</c>: which of the generator's pictures, or of the real ones, in the order of the data set
/// </param>
/// <param name="Made">made by the generator, or real</param>
/// <param name="Practice">whether the person is told afterwards what it was</param>
/// <param name="Png">the picture as a file</param>
public sealed record StudyPicture(string Name, bool Made, bool Practice, byte[] Png);

/// <summary>
/// The papers' perceptual test (Isola et al. 2017, section 3.2): people see a picture for a second and say whether it is real or made. The
/// first ten are for practice, five of each kind, after which they are told what they saw.
/// </summary>
public sealed record PerceptualStudy
{
    /// <summary>Pictures for practice of each kind.</summary>
    public const int PracticeOfEach = 5;

    /// <summary>Pictures of each kind that count, unless told otherwise or there are fewer.</summary>
    public const int UsualOfEach = 40;

    /// <summary>Random numbers of their own, whatever else is drawn from the seed.</summary>
    private const uint Stream = 0x57D7;

    /// <summary>The same for the same pictures in the same order: answers of one study belong together.</summary>
    public required string Id { get; init; }

    public required EvaluationSubject Subject { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>In the order in which they are shown, those for practice first.</summary>
    public required IReadOnlyList<StudyPicture> Pictures { get; init; }

    /// <summary>How long each picture is seen.</summary>
    public TimeSpan Shown { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Chooses pictures of both kinds, and their order.</summary>
    /// <param name="subject">whose pictures they are</param>
    /// <param name="made">what the generator made</param>
    /// <param name="real">what it should look like</param>
    /// <param name="ofEach">pictures of each kind that count; null for forty, or as many as there are</param>
    /// <param name="seed">decides which, and in which order</param>
    /// <exception cref="DataException">there are too few</exception>
    public static PerceptualStudy Of(
        EvaluationSubject subject, IReadOnlyList<Picture> made, IReadOnlyList<Picture> real, int? ofEach, ulong seed)
    {
        var fewest = Math.Min(made.Count, real.Count);
        var count = ofEach ?? Math.Min(UsualOfEach, Math.Max(1, fewest - PracticeOfEach));
        if (fewest < count + PracticeOfEach)
        {
            throw new DataException(
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
        : throw new DataException($"pictures of {picture.Channels} channels can't be shown to people");

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
