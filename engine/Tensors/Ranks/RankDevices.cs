using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ranks;

/// <summary>The devices that ranks of one machine compute on: its processors are divided among them, and its cards, too.</summary>
public static class RankDevices
{
    /// <summary>Opens this rank's device: of several cards of a kind that is asked for without a number, its own.</summary>
    /// <param name="ranks">all of them</param>
    /// <param name="name">as <see cref="Device.Open"/> takes it</param>
    /// <param name="threads">0 for this rank's part of the processors</param>
    /// <exception cref="DeviceException">the device can't be had, and why</exception>
    public static Device OpenDevice(this IRanks ranks, string name, int threads = 0) =>
        Device.Open(ranks.DeviceName(name, DeviceSearch.CardsOf), ranks.Threads(threads));

    /// <summary>
    /// The name of this rank's device. Where several ranks share a machine, <c>auto</c> is a card for each of them, or the processor.
    /// </summary>
    /// <param name="ranks">all of them</param>
    /// <param name="name">that all of them were given</param>
    /// <param name="cardsOf">the numbers of the cards of a kind that the machine has</param>
    internal static string DeviceName(this IRanks ranks, string name, Func<string, IReadOnlyList<int>> cardsOf)
    {
        if (ranks.Neighbours == 1 || name is not ("auto" or "cuda" or "opencl"))
        {
            return name;
        }

        if (name == "auto")
        {
            return cardsOf("cuda").Count >= ranks.Neighbours ? ranks.DeviceName("cuda", cardsOf) : "cpu";
        }

        return cardsOf(name) is { Count: > 1 } cards
            ? string.Create(CultureInfo.InvariantCulture, $"{name}:{cards[ranks.Place % cards.Count]}")
            : name;
    }
}
