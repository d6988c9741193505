using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ranks;

/// <summary>Devices of ranks: the ranks on one machine divide its processors and its cards among themselves.</summary>
internal static class RankDevices
{
    /// <summary>Opens this rank's device. A name without a card's number, such as <c>cuda</c>, distributes cards over the ranks.</summary>
    /// <param name="ranks">the ranks of the job</param>
    /// <param name="name">as in <see cref="Device.Open"/></param>
    /// <param name="threads">number of threads; 0 for this rank's share of the processors</param>
    /// <exception cref="DeviceException">the device is not available; the message says why</exception>
    public static Device OpenDevice(this IRanks ranks, string name, int threads = 0) =>
        Device.Open(ranks.DeviceName(name, DeviceSearch.CardsOf), ranks.Threads(threads));

    /// <summary>
    /// The name of this rank's device. If several ranks share a machine, <c>auto</c> means CUDA if there is a card for each, else the CPU.
    /// </summary>
    /// <param name="ranks">the ranks of the job</param>
    /// <param name="name">the name given to all ranks</param>
    /// <param name="cardsOf">returns the numbers of the machine's cards of a kind</param>
    internal static string DeviceName(this IRanks ranks, string name, Func<string, IReadOnlyList<int>> cardsOf)
    {
        if (ranks.LocalCount == 1 || name is not ("auto" or "cuda" or "opencl"))
        {
            return name;
        }

        if (name == "auto")
        {
            return cardsOf("cuda").Count >= ranks.LocalCount ? ranks.DeviceName("cuda", cardsOf) : "cpu";
        }

        return cardsOf(name) is { Count: > 1 } cards
            ? string.Create(CultureInfo.InvariantCulture, $"{name}:{cards[ranks.LocalRank % cards.Count]}")
            : name;
    }
}
