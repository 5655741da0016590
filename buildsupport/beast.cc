// Beast's own code, compiled once for the whole project; its masks are in beast_mask.cc.
#define BOOST_BEAST_WEBSOCKET_DETAIL_MASK_IPP
#include <boost/beast/src.hpp>
