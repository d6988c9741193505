using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace IlgpuGan.Models.Networks;

/// <summary>Tells a network from one with other weights, as after further training.</summary>
internal static class WeightsHash
{
    private const int Digits = 16;

    /// <summary>A short hash over the names and numbers of a network's tensors, the same on every device.</summary>
    public static string Of(Module network)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in network.NamedTensors())
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(MemoryMarshal.AsBytes(tensor.Value.ToArray().AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..Digits];
    }
}
