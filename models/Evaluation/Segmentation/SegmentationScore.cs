using System.Runtime.InteropServices;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Models.Evaluation.Segmentation;

/// <summary>Agreement of predicted with true classes, as in the FCN and pix2pix papers; all 0 … 1, higher is better.</summary>
/// <param name="PixelAccuracy">share of the pixels with the correct class</param>
/// <param name="ClassAccuracy">mean over classes of the recall</param>
/// <param name="ClassIou">mean over classes of intersection over union</param>
internal sealed record SegmentationScore(double PixelAccuracy, double ClassAccuracy, double ClassIou);

/// <summary>Counts pixels by true and predicted class.</summary>
internal sealed class ConfusionMatrix(int classes)
{
    private readonly long[,] _counts = new long[classes, classes];

    /// <summary>Adds pixels. Returns the share of correct ones.</summary>
    public double Add(ReadOnlySpan<int> truth, ReadOnlySpan<int> predicted)
    {
        if (truth.Length != predicted.Length || truth.Length == 0)
        {
            throw new ArgumentException($"{predicted.Length} predicted classes can't be compared with {truth.Length} true ones");
        }

        var right = 0;
        for (var i = 0; i < truth.Length; i++)
        {
            _counts[truth[i], predicted[i]]++;
            right += truth[i] == predicted[i] ? 1 : 0;
        }

        return (double)right / truth.Length;
    }

    /// <summary>Adds the pixel counts of the other ranks.</summary>
    public void AllReduce(IRanks ranks)
    {
        if (ranks.Count == 1)
        {
            return;
        }

        var own = MemoryMarshal.CreateSpan(ref _counts[0, 0], _counts.Length);
        var blocks = ranks.GatherAll(MemoryMarshal.AsBytes(own).ToArray());
        own.Clear();
        foreach (var block in blocks)
        {
            var counts = MemoryMarshal.Cast<byte, long>(block);
            for (var i = 0; i < own.Length; i++)
            {
                own[i] += counts[i];
            }
        }
    }

    /// <summary>The scores over the classes that occur in the ground truth.</summary>
    public SegmentationScore Score()
    {
        var (right, all) = (0L, 0L);
        var (accuracies, ious) = (new List<double>(), new List<double>());
        for (var c = 0; c < classes; c++)
        {
            var (found, truth, predicted) = (_counts[c, c], 0L, 0L);
            for (var other = 0; other < classes; other++)
            {
                truth += _counts[c, other];
                predicted += _counts[other, c];
            }

            right += found;
            all += truth;
            if (truth > 0)
            {
                accuracies.Add((double)found / truth);
                ious.Add((double)found / (truth + predicted - found));
            }
        }

        return all == 0
            ? throw new InvalidOperationException("no pixels have been added yet")
            : new SegmentationScore((double)right / all, accuracies.Average(), ious.Average());
    }
}
