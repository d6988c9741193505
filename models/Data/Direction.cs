using System.Text.Json.Serialization;

namespace IlgpuGan.Models.Data;

/// <summary>Which domain is translated to which.</summary>
public enum Direction
{
    [JsonStringEnumMemberName("AtoB")]
    AToB,

    [JsonStringEnumMemberName("BtoA")]
    BToA,
}
